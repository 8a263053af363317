package torpor.images.fetch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import torpor.images.refused.ImageRefusedException;

/// A root file system by its first bytes.
enum DiskKind {
  EROFS,
  EXT4,
  SQUASHFS;

  private static final int HEAD = 4096;
  private static final int SUPERBLOCK = 1024;
  private static final int EROFS_MAGIC = 0xE0F5E1E2;
  private static final short EXT_MAGIC = (short) 0xEF53;
  private static final int EXT_MAGIC_AT = SUPERBLOCK + 0x38;
  private static final int EXT_INCOMPATIBLE_AT = SUPERBLOCK + 0x60;
  private static final int EXT_NEEDS_RECOVERY = 0x4;
  private static final int SQUASHFS_MAGIC = 0x73717368;
  private static final int QCOW_MAGIC = 0xFB494651;
  private static final short BOOT_SIGNATURE = (short) 0xAA55;
  private static final int BOOT_SIGNATURE_AT = 510;

  String fileName() {
    return "rootfs." + name().toLowerCase(Locale.ROOT);
  }

  static DiskKind of(Path file) throws ImageRefusedException, IOException {
    ByteBuffer head = ByteBuffer.allocate(HEAD).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (head.hasRemaining() && channel.read(head) >= 0) {
        // Until the head is full or the file is at its end.
      }
    }
    return of(head);
  }

  private static DiskKind of(ByteBuffer head) throws ImageRefusedException {
    if (head.getInt(SUPERBLOCK) == EROFS_MAGIC) {
      return EROFS;
    }
    if (head.getInt(0) == SQUASHFS_MAGIC) {
      return SQUASHFS;
    }
    if (head.getShort(EXT_MAGIC_AT) == EXT_MAGIC) {
      if ((head.getInt(EXT_INCOMPATIBLE_AT) & EXT_NEEDS_RECOVERY) != 0) {
        throw ImageRefusedException.failed(
            "the disk image holds an ext4 that was not unmounted cleanly",
            "Repair it with e2fsck -fy and give the new checksum.");
      }
      return EXT4;
    }
    if (head.getInt(0) == QCOW_MAGIC) {
      // Not converted here: such a file may name any other file of the host as its base.
      throw refused("is a qcow2", "Convert it first: qemu-img convert -O raw FROM TO.");
    }
    if (text(head, 512, 8).equals("EFI PART")
        || head.getShort(BOOT_SIGNATURE_AT) == BOOT_SIGNATURE) {
      throw refused(
          "has partitions", "Give the root partition alone; guestfish or dd can cut it out.");
    }
    throw refused(
        "is of an unknown kind", "Give a raw file system: erofs, ext4 or squashfs, uncompressed.");
  }

  private static ImageRefusedException refused(String what, String remedy) {
    return ImageRefusedException.failed("the disk image " + what, remedy);
  }

  private static String text(ByteBuffer head, int at, int length) {
    byte[] bytes = new byte[length];
    head.get(at, bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
