package torpor.api.instance;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import torpor.api.http.Parameters;
import torpor.api.http.RefusedException;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.InstancePhase;
import torpor.core.instance.operation.Outcome;
import torpor.core.refusal.Refusal;
import torpor.engine.caller.Instances;
import torpor.wire.instance.InstanceWait;

/// Lists instances, and waits for one.
public final class InstanceLists {
  private static final Duration WAIT = Duration.ofSeconds(60);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
  private static final String NEXT = "Torpor-Next-Cursor";
  private static final Pattern TAG = Pattern.compile("tags\\[([^]]+)]");

  private final Instances instances;
  private final InstanceJson json;
  private final Waits waits;

  public InstanceLists(Instances instances, InstanceJson json, Waits waits) {
    this.instances = instances;
    this.json = json;
    this.waits = waits;
  }

  public List<Route> routes() {
    return List.of(
        Route.caller(HandlerType.GET, "/v1/instances", this::list),
        Route.caller(HandlerType.GET, "/v1/instances/{id}/wait", this::await));
  }

  /// The oldest first. All of them, unless a page is asked for: then a header tells where the list
  /// goes on, since its body is the bare list that clients of this API know.
  private void list(Context context) {
    Set<InstancePhase> phases = StateNames.parse("state", Parameters.texts(context, "state"));
    Map<String, String> tags = tags(context);
    Optional<InstanceId> after = Parameters.text(context, "cursor").map(InstanceLists::cursor);
    List<Instance> rest =
        instances.list(phases).stream()
            .filter(instance -> hasAll(instance, tags))
            .filter(instance -> after.filter(id -> instance.id().compareTo(id) <= 0).isEmpty())
            .toList();
    boolean paged = Parameters.text(context, "limit").isPresent();
    int limit = paged ? Parameters.limit(context) : rest.size();
    List<Instance> page = rest.stream().limit(limit).toList();
    if (rest.size() > limit) {
      context.header(NEXT, page.getLast().id().toString());
    }
    context.json(page.stream().map(json::of).toList());
  }

  /// `tags[team]=blue`; all of them must match.
  public static Map<String, String> tags(Context context) {
    Map<String, String> tags = new HashMap<>();
    context
        .queryParamMap()
        .forEach((name, values) -> {
          Matcher tag = TAG.matcher(name);
          if (tag.matches()) {
            tags.put(tag.group(1), values.getFirst());
          } else if (name.startsWith("tags")) {
            throw RefusedException.invalid(
                name, "'%s' names no tag".formatted(name), "Send tags[team]=blue.");
          }
        });
    return tags;
  }

  private static boolean hasAll(Instance instance, Map<String, String> tags) {
    return instance.spec().metadata().entrySet().containsAll(tags.entrySet());
  }

  private static InstanceId cursor(String text) {
    if (!InstanceId.isValid(text)) {
      throw RefusedException.invalid(
          "cursor", "'cursor' is none of ours", "Send the " + NEXT + " of an earlier answer.");
    }
    return InstanceId.parse(text);
  }

  /// Also over when the instance has failed, and when what should have led to such a state did,
  /// since then none follows by itself.
  private void await(Context context) {
    Set<InstancePhase> wanted = StateNames.parse("state", Parameters.texts(context, "state"));
    if (wanted.isEmpty()) {
      throw RefusedException.invalid(
          "state", "'state' is missing", "Name the state to wait for, such as state=Running.");
    }
    boolean settled = Parameters.flag(context, "settled");
    Duration patience = Parameters.patience(context, "timeout", WAIT, LONGEST_WAIT);
    Instance seen = InstancePath.instance(context, instances);
    boolean leadsThere = wanted.contains(InstanceJson.desired(seen));
    if (!wanted.contains(seen.state().phase())
        && (settled || (leadsThere && seen.operation().isPresent()))) {
      context.json(ofOperation(seen, wanted, patience));
      return;
    }
    Set<InstancePhase> enough = EnumSet.copyOf(wanted);
    enough.add(InstancePhase.FAILED);
    Instance now =
        wanted.contains(seen.state().phase())
            ? seen
            : waits.reply(instances.awaitPhase(seen.id(), enough, patience), patience);
    InstancePhase phase = now.state().phase();
    context.json(
        new InstanceWait(
            StateNames.of(phase),
            !wanted.contains(phase) && phase != InstancePhase.FAILED,
            InstanceJson.stateError(now.state())));
  }

  /// The end of what is under way decides, or of what was last.
  private InstanceWait ofOperation(Instance seen, Set<InstancePhase> wanted, Duration patience) {
    var _ = waits.value(instances.settled(seen.id(), patience), patience);
    Instance now = InstancePath.instance(seen.id(), instances);
    InstancePhase phase = now.state().phase();
    boolean reached = wanted.contains(phase);
    Optional<String> failure =
        now.outcome().flatMap(Outcome::failure).map(Refusal::detail).filter(_ -> !reached);
    return new InstanceWait(
        StateNames.of(phase),
        !reached && now.operation().isPresent(),
        failure.or(() -> InstanceJson.stateError(now.state())));
  }
}
