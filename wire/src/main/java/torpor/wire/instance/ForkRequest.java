package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import torpor.wire.RawJson;

/// Makes instances that go on from a snapshot of another one.
///
/// @param name of the one fork; with `count`, the beginning of their names: `name-1`, `name-2`, …
/// @param names of several
/// @param count how many
/// @param fromRunning whether a running source is snapshotted first
/// @param snapshot its number, name or id; the newest where left out
/// @param allowOlder whether it may be another than the newest
/// @param targetState `Running`, `Standby` or `Stopped`; the source's own where left out
/// @param ports published for the fork, of which there is one then; the source's ports stay its own
/// @param tags the source's where left out
/// @param targetHypervisor not built
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ForkRequest(
    Optional<String> name,
    Optional<List<String>> names,
    Optional<Integer> count,
    Optional<Boolean> fromRunning,
    Optional<RawJson> snapshot,
    Optional<Boolean> allowOlder,
    Optional<String> targetState,
    List<RawJson> ports,
    Optional<Map<String, String>> tags,
    Optional<RawJson> targetHypervisor) {
  public ForkRequest {
    names = names.map(List::copyOf);
    ports = List.copyOf(ports);
    tags = tags.map(Map::copyOf);
  }
}
