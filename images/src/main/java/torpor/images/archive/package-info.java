/// Archives that are no images, unpacked by the same rules.
///
/// ```
///   archive ─ torpor.images.layer ─→ plain tar, every header ours ─ umoci ─→ directory
/// ```
///
/// Invariant: nothing is made outside of the directory, whatever the archive says; devices are left
/// out; what is refused leaves at most a part of the directory, which is the caller's.
@NullMarked
package torpor.images.archive;

import org.jspecify.annotations.NullMarked;
