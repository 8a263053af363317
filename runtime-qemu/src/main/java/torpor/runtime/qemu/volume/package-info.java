/// The files of volumes.
///
/// ```
///  <data>/volumes/<ulid>/
///    chain.json                which of these are the volume, bottom first; replaced whole
///    volume-<uuid>.ext4        its file system as it was made; never written again
///    disk-<uuid>.qcow2 …       what machines wrote since, one file per life or snapshot
///    snapshots/<n>/            chain.json and hard links: what it was
///    arrived, tree             while it is made from an archive
///
///  who has it          where its last file is          what becomes of that
///  to write            the volume's directory          is the volume
///  to read, overlay    <instance>/volumes/vol-<n>      gone at the next start
///  a fork's copy       <instance>/volumes/vol-<n>      stays with the instance
/// ```
///
/// A reader gets an empty file of its own on top, too: a file system that was not left clean is put
/// in order there, and nothing a guest does reaches the volume.
///
/// A machine's snapshot has hard links to every file of its volumes, as of its own disk; making one
/// costs an empty file, however large the volume is. To go back is to put the snapshot's files into
/// the volume's directory; `chain.json` decides from when on.
///
/// Invariant: a file that two directories have is never written again.
@NullMarked
package torpor.runtime.qemu.volume;

import org.jspecify.annotations.NullMarked;
