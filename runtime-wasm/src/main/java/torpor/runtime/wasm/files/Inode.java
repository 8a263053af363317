package torpor.runtime.wasm.files;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import torpor.runtime.wasm.wasi.FileType;
import torpor.runtime.wasm.wasi.Node;
import torpor.runtime.wasm.wasi.Stat;

/// What a file and a directory of the private tree have in common: number and times.
abstract sealed class Inode implements Node permits PrivateFile, PrivateDirectory {
  private final PrivateFiles files;
  private final long number;
  private long accessed;
  private long modified;
  private long changed;

  Inode(PrivateFiles files, long number) {
    this.files = files;
    this.number = number;
    long now = files.now();
    this.accessed = now;
    this.modified = now;
    this.changed = now;
  }

  PrivateFiles files() {
    return files;
  }

  long number() {
    return number;
  }

  abstract FileType type();

  abstract long size();

  void touched() {
    modified = files.now();
    changed = modified;
  }

  @Override
  public Stat stat() {
    return new Stat(number, type(), size(), accessed, modified, changed);
  }

  @Override
  public String identity() {
    return Long.toString(number);
  }

  @Override
  public void setTimes(long newAccessed, long newModified) {
    accessed = newAccessed;
    modified = newModified;
    changed = files.now();
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(accessed);
    out.writeLong(modified);
    out.writeLong(changed);
  }

  void read(DataInput in) throws IOException {
    accessed = in.readLong();
    modified = in.readLong();
    changed = in.readLong();
  }
}
