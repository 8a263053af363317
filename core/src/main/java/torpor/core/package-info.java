/// What exists: typed ids, states, rules and policies, all values.
@NullMarked
package torpor.core;

import org.jspecify.annotations.NullMarked;
