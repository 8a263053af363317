/// One fetch from its source to the shelf, in one thread that blocks.
///
/// ```
///   resolve ──→ on the shelf? ──yes──────────────────────────────────────────→ done
///      │             no
///      v
///   staging: pull ──→ read documents ──→ rewrite layers ──→ unpack ──→ write ──→ publish
///            skopeo    digests, sizes     limits, names      umoci    mkfs.erofs  rename
/// ```
///
/// A tar of a root file system enters as an image of one layer; a disk image has only its checksum
/// and its kind looked at. Whatever happens, staging is deleted at the end.
@NullMarked
package torpor.images.fetch;

import org.jspecify.annotations.NullMarked;
