/// What is run, word for word.
@NullMarked
package torpor.network.script;

import org.jspecify.annotations.NullMarked;
