/// `cp`: files between this host and a running machine, without any program of the machine's image.
///
/// ```
///   CopyIn  ── LocalTree, read ──→┐                       ┌→ the guest's init writes
///                                 CopyChannel, one WebSocket
///   CopyOut ←─ LocalTree, written ┘                       └← the guest's init reads
///               for each item: header, content
/// ```
///
/// [CopyEnd] is what was typed, [Destinations] where the item itself will be, as docker decides it;
/// both before anything is written. A file takes its place when all of it is there, on both sides.
///
/// Invariant: nothing that a machine sends is written anywhere but below the destination that was
/// named ([LocalTree]).
@NullMarked
package torpor.cli.copy;

import org.jspecify.annotations.NullMarked;
