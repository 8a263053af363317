/// Why something asked for was not done. A refusal is a value, never an exception: it carries a
/// stable code for programs, a sentence for people and the remedy.
@NullMarked
package torpor.core.refusal;

import org.jspecify.annotations.NullMarked;
