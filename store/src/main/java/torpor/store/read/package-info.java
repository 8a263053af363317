/// Every look-up, on connections that only read.
///
/// The invariant: a look-up costs in proportion to what it answers, because each goes through an
/// index made for it (a test asks both databases for their plans).
@NullMarked
package torpor.store.read;

import org.jspecify.annotations.NullMarked;
