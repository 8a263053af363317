package torpor.api.instance;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import torpor.api.http.RefusedException;
import torpor.core.instance.InstancePhase;
import torpor.wire.Suggestion;

/// The states as this API writes them: with a capital letter. Pure.
public final class StateNames {
  /// Other names of the same, which callers may send and never get.
  private static final Map<String, InstancePhase> ALSO =
      Map.of("initializing", InstancePhase.CREATING, "unknown", InstancePhase.FAILED);

  private static final List<InstancePhase> SHOWN =
      Arrays.stream(InstancePhase.values()).filter(p -> p != InstancePhase.DELETED).toList();

  private StateNames() {}

  public static String of(InstancePhase phase) {
    String text = phase.text();
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  /// @param field where the names came from
  /// @throws RefusedException where one is no state
  public static Set<InstancePhase> parse(String field, List<String> names) {
    Set<InstancePhase> phases = EnumSet.noneOf(InstancePhase.class);
    names.forEach(name -> phases.add(parse(field, name)));
    return phases;
  }

  private static InstancePhase parse(String field, String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return SHOWN.stream()
        .filter(phase -> phase.text().equals(wanted))
        .findFirst()
        .or(() -> Optional.ofNullable(ALSO.get(wanted)))
        .orElseThrow(() -> unknown(field, name));
  }

  private static RefusedException unknown(String field, String name) {
    List<String> known = SHOWN.stream().map(StateNames::of).toList();
    return RefusedException.invalid(
        field,
        "There is no state '%s'".formatted(name),
        Suggestion.nearest(name, known)
            .map(near -> "Did you mean '" + near + "'?")
            .orElse("The states are: " + String.join(", ", known) + "."));
  }
}
