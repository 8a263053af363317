/// How machines begin: from a kernel, or from a template.
///
/// ```
///  kernel ── boots ──→ waits for "disks" ──→ waits for "configuration" ──→ workload
///                          │ frozen               │ frozen
///                     kernel template        image template
/// ```
///
/// A template is a snapshot that belongs to nobody: a machine that was frozen where it waits. A new
/// machine is a copy of the best one that fits its hardware, kernel and image; where there is none
/// it boots, and the template is made behind its back.
@NullMarked
package torpor.runtime.qemu.boot;

import org.jspecify.annotations.NullMarked;
