package torpor.engine.image;

import java.nio.file.Path;
import torpor.core.image.ImageConfig;
import torpor.core.image.ImageDigest;

/// An image that instances can be made from.
///
/// @param rootfs a read-only file system image; its extension says which: `erofs` of every image
///   that was unpacked here, or `ext4` or `squashfs` where a disk image came as one
/// @param bytes what it occupies on disk
public record ReadyImage(ImageDigest digest, Path rootfs, long bytes, ImageConfig config) {}
