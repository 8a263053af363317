/// The documents of OCI and Docker images: which manifest is for this platform, what layers it has,
/// what it says about how to be run. Pure, apart from reading and writing a layout's files.
///
/// ```
///   index ─ platform ─→ manifest ─→ config ─→ entrypoint, env, user, …
///                          └──────→ layers     (digests, sizes)
/// ```
///
/// Invariant: a document is read only up to a bound, and only after its digest was found right
/// where it has one.
@NullMarked
package torpor.images.oci;

import org.jspecify.annotations.NullMarked;
