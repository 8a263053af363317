/// What the firewall is told, word for word.
@NullMarked
package torpor.network.rules;

import org.jspecify.annotations.NullMarked;
