/// What a definition of a wasm job says, as the caller wrote it and as it is kept.
///
/// ```
///   {"module": "indexer.wasm", "args": ["-v"], "limits": {"memory": "64MiB"}}
///        │ checked once, when the definition is added
///        ▼
///   {"module": "sha256:…", "program": "indexer.wasm", "args": ["-v"], …, every limit explicit}
/// ```
///
/// Invariant: what is kept means the same for ever; no path of a module and no default is looked up
/// again.
@NullMarked
package torpor.runtime.wasm.definition;

import org.jspecify.annotations.NullMarked;
