/// Stand-ins for what a network connects: guests behind TAPs, hosts beyond this one. All real to
/// the kernel, each in a namespace of its own.
@NullMarked
package torpor.network.lab;

import org.jspecify.annotations.NullMarked;
