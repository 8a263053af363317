/// That every benchmark still measures something.
@NullMarked
package torpor.bench;

import org.jspecify.annotations.NullMarked;
