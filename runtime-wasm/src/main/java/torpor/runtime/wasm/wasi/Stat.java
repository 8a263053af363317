package torpor.runtime.wasm.wasi;

/// What `filestat` tells: inode number, type, size in bytes, times in nanoseconds since 1970.
public record Stat(
    long inode, FileType type, long size, long accessed, long modified, long changed) {}
