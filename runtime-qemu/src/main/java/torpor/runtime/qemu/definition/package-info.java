/// What a definition says about a machine: read, checked, completed.
///
/// ```
///  {"image": "nginx:alpine", "memory": "512MiB", …} ── check ──→ the same with the image's digest,
///                                                                 and every default filled in
/// ```
@NullMarked
package torpor.runtime.qemu.definition;

import org.jspecify.annotations.NullMarked;
