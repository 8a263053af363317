/// Volumes over HTTP: `/v1/volumes`, and `/v1/instances/{id}/volumes` to attach them.
///
/// ```
///   VolumeRoutes ──────> engine.caller.Volumes ──> VolumeJson
///   AttachmentRoutes ──> engine.caller.Instances
/// ```
///
/// An archive's body is not read into memory: the engine takes it as it arrives and makes the
/// volume ([torpor.api.volume.Upload]), and the answer comes when that is done. A request that ends
/// before leaves no volume and nothing at work.
@NullMarked
package torpor.api.volume;

import org.jspecify.annotations.NullMarked;
