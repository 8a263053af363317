/// Images: immutable root file systems with their configuration. Named by a reference, identified
/// by the digest of their manifest (or of the file they came from); two references may name one
/// digest.
@NullMarked
package torpor.core.image;

import org.jspecify.annotations.NullMarked;
