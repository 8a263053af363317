/// `/definitions`: what jobs are made from.
@NullMarked
package torpor.api.definition;

import org.jspecify.annotations.NullMarked;
