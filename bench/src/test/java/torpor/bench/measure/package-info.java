/// The arithmetic of figures.
@NullMarked
package torpor.bench.measure;

import org.jspecify.annotations.NullMarked;
