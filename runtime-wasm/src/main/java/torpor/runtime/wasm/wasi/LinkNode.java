package torpor.runtime.wasm.wasi;

/// A symbolic link. Only {@link PathWalk} follows it.
public interface LinkNode extends Node {
  String target();
}
