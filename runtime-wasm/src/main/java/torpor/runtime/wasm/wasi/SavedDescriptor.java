package torpor.runtime.wasm.wasi;

/// One row of the descriptor table as a checkpoint keeps it.
///
/// @param tree index of the file tree it belongs to; the standard streams and top directories are
///   not saved, they are given anew
/// @param identity what {@link FileTree#find} is asked for at the restore
public record SavedDescriptor(
    int number, int tree, String identity, long rights, int flags, long position) {}
