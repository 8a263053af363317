/// Acting: carries out what was committed, and reports back as events. Effects of one job run one
/// after another, except that a kill overtakes.
@NullMarked
package torpor.engine.effect;

import org.jspecify.annotations.NullMarked;
