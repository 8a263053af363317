package torpor.api.instance;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import torpor.api.http.RefusedException;
import torpor.api.http.Waits;
import torpor.core.instance.InstanceId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.caller.Instances;
import torpor.engine.store.SnapshotRecord;
import torpor.wire.RawJson;
import torpor.wire.WireJson;

/// Finds the snapshot of an instance that a caller names: by number, by id, or by the name that a
/// person gave it.
public final class SnapshotFinder {
  private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,8}");

  private final Instances instances;
  private final Waits waits;

  public SnapshotFinder(Instances instances, Waits waits) {
    this.instances = instances;
    this.waits = waits;
  }

  /// A number or a string, as text.
  static String text(RawJson json) {
    return json.text().startsWith("\"") ? WireJson.read(json.text(), String.class) : json.text();
  }

  public SnapshotNumber number(InstanceId id, String field, String text) {
    return find(id, field, text).ref().number();
  }

  /// @param field where the name came from
  /// @throws RefusedException where it has no such snapshot
  public SnapshotRecord find(InstanceId id, String field, String text) {
    Predicate<SnapshotRecord> named = named(id, text);
    return waits.reply(instances.snapshots(id)).stream()
        .filter(named)
        .findFirst()
        .orElseThrow(() ->
            new RefusedException(
                Refusal.ofField(
                    RefusalCode.SNAPSHOT_NOT_FOUND,
                    field,
                    "%s has no snapshot '%s'".formatted(id, Fields.shown(text)),
                    "List its snapshots, or leave it out to use the newest.")));
  }

  private static Predicate<SnapshotRecord> named(InstanceId id, String text) {
    Optional<SnapshotId> whole = SnapshotId.parse(text);
    if (whole.isPresent()) {
      return record -> whole.orElseThrow().equals(new SnapshotId(id, record.ref().number()));
    }
    return NUMBER.matcher(text).matches()
        ? record -> record.ref().number().number() == Integer.parseInt(text)
        : record -> record.label().filter(text::equals).isPresent();
  }
}
