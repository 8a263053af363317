/// The runtime `wasm`: jobs as WebAssembly modules inside this JVM, frozen at host calls.
@NullMarked
package torpor.runtime.wasm;

import org.jspecify.annotations.NullMarked;
