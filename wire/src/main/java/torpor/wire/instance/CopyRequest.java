package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/// The first message on a copy connection.
///
/// @param direction `to` the instance, or `from` it
/// @param guestPath absolute; towards the instance the file itself, or with `tree` the directory
///   that the items go into, which exists
/// @param isDir towards the instance: a directory is to be made, and no content comes
/// @param mode permissions; 0644 where left out, 0755 of a directory
/// @param followLinks from the instance: a link is read as what it points to
/// @param tree towards the instance: items follow, each a header and its content
/// @param srcBasename not needed here
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record CopyRequest(
    String direction,
    String guestPath,
    Optional<Boolean> isDir,
    Optional<Integer> mode,
    Optional<Integer> uid,
    Optional<Integer> gid,
    Optional<Boolean> followLinks,
    Optional<Boolean> tree,
    Optional<String> srcBasename) {}
