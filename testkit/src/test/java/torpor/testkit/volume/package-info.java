/// Volumes of an engine with nothing real under it.
@NullMarked
package torpor.testkit.volume;

import org.jspecify.annotations.NullMarked;
