/// Volumes over HTTP: `/v1/volumes`, and `/v1/instances/{id}/volumes` to attach them.
///
/// ```
///   VolumeRoutes ──────> engine.caller.Volumes ──> VolumeJson
///   AttachmentRoutes ──> engine.caller.Instances
/// ```
///
/// An archive's body is not read into memory: the engine takes it from the connection as it makes
/// the volume, and the answer comes when that is done.
@NullMarked
package torpor.api.volume;

import org.jspecify.annotations.NullMarked;
