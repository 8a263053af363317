/// The images that are here, on disk and in memory.
///
/// ```
///   <images>/sha256/<hex>/rootfs.erofs    or rootfs.ext4, rootfs.squashfs; never changed
///   <images>/sha256/<hex>/image.json      config, platform, where it came from
///   <images>/sha256/<hex>/used            its time is when the image was last used
///   <images>/names/<sha256 of name>.json  name → digest, or why there is none
///   <staging>/<random>/                   a fetch under way, or what is being deleted
/// ```
///
/// Invariants: a directory below `sha256` is complete, since it comes there by one rename after
/// everything in it was flushed, and leaves by one rename before anything in it is deleted. A name
/// is one small file, replaced whole. What is in staging means nothing.
@NullMarked
package torpor.images.shelf;

import org.jspecify.annotations.NullMarked;
