/// The programs that do what others do better than we could: skopeo speaks with registries and
/// reads archives, umoci applies layers, mkfs.erofs writes the file system.
///
/// ```
///   registry, archive ─ skopeo ─→ OCI layout        (torpor.images.layer rewrites it)
///                                 OCI layout ─ umoci ─→ directory ─ mkfs.erofs ─→ rootfs.erofs
/// ```
///
/// Invariants: a tool has a deadline, is killed when its fetch is cancelled and by the kernel when
/// the daemon dies; what it says is kept in bounds; it never sees a name that was not checked.
@NullMarked
package torpor.images.tool;

import org.jspecify.annotations.NullMarked;
