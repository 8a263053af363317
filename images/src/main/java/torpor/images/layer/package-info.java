/// Reads archives that nobody vouches for, and writes them again as we would have written them.
///
/// ```
///   layer from outside ─→ digest ─→ gunzip, unxz, unzstd ─→ digest ─→ entry by entry ─→ plain tar
///   (any tar dialect)                     │ bounded                      │ checked      (ours)
///                                         v                              v
///                                  unpack budget                    entry rules
/// ```
///
/// Only file contents pass through as they are. Every header that umoci sees was written by us, so
/// no two readers can understand the same header differently.
///
/// Invariants: a name that leaves the root is refused, never repaired; devices are left out, since
/// guests make their own; sizes count as bytes come out, whatever a header claims; a layer whose
/// digest is wrong is refused before anything is unpacked.
@NullMarked
package torpor.images.layer;

import org.jspecify.annotations.NullMarked;
