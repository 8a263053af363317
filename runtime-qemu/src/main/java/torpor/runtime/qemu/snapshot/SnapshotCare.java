package torpor.runtime.qemu.snapshot;

/// What all who work with snapshots in this process have in common. Thread-safe.
///
/// @param uses who reads which snapshot now
/// @param seen which large files are known to be right
public record SnapshotCare(SnapshotUses uses, SeenContents seen) {
  public static SnapshotCare create() {
    return new SnapshotCare(new SnapshotUses(), new SeenContents());
  }
}
