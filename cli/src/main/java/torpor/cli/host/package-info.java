/// What the node's host has, and who has it: `torpor resources`.
@NullMarked
package torpor.cli.host;

import org.jspecify.annotations.NullMarked;
