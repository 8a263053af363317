package torpor.bench.machines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import torpor.host.process.ProcessMemory;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.memory.LayerIndex;
import torpor.runtime.qemu.memory.LayerIndexCodec;

/// What whoever writes a script for one snapshot finds out beforehand.
///
/// @param snapshot its directory
/// @param memoryBytes size of the RAM
/// @param copies which bytes of which file go where in the RAM, over the mapped base
/// @param command QEMU's arguments, as the daemon gave them to the same machine, with [#LIFE] for
///   the directory of a life
record HandPlan(Path snapshot, long memoryBytes, List<Copy> copies, List<String> command) {
  /// Stands for a directory in the command.
  static final String LIFE = "@life@";

  private static final int PAGE = 4_096;
  private static final String BASE = "base";

  /// One stretch of a file.
  record Copy(Path file, long offset, long length, List<ProcessMemory.Piece> to) {}

  /// @param command of a QEMU that was restored from the snapshot, with a disk layer of its own
  /// @param life the directory that its sockets are in
  /// @param disk the directory with its disk
  static HandPlan of(Path snapshot, List<String> command, Path life, Path disk) throws IOException {
    List<Copy> copies = new ArrayList<>();
    BitSet decided = new BitSet();
    for (Path pages : newestFirst(snapshot)) {
      String name = pages.getFileName().toString().replace(".pages", "");
      LayerFiles files = LayerFiles.in(snapshot, name);
      LayerIndex index =
          LayerIndexCodec.read(Files.readAllBytes(files.index()), Files.size(files.pages()));
      BitSet here = new BitSet();
      for (LayerIndex.Piece piece : index.pieces()) {
        copies.add(copy(files, piece, decided));
        piece.runs().forEach(run -> here.set(run.first(), run.first() + run.count()));
      }
      if (!index.zero().isEmpty()) {
        index.zero().forEach(run -> here.set(run.first(), run.first() + run.count()));
      }
      decided.or(here);
    }
    List<String> words = new ArrayList<>();
    for (String word : command) {
      words.add(byHand(word, snapshot, life, disk));
    }
    words.set(words.indexOf("-name") + 1, "by-hand");
    return new HandPlan(
        snapshot, Files.size(snapshot.resolve(BASE + ".pages")), copies, List.copyOf(words));
  }

  /// The memory's layers but the base.
  private static List<Path> newestFirst(Path snapshot) throws IOException {
    try (var files = Files.list(snapshot)) {
      List<Path> layers =
          files
              .filter(file -> file.getFileName().toString().startsWith("memory-"))
              .filter(file -> file.toString().endsWith(".pages"))
              .toList();
      if (layers.size() > 1) {
        throw new IOException("a script is written for a snapshot with one layer");
      }
      return layers;
    }
  }

  private static Copy copy(LayerFiles files, LayerIndex.Piece piece, BitSet decided)
      throws IOException {
    if (piece.encoding() != LayerIndex.Encoding.RAW || !decided.isEmpty()) {
      throw new IOException("a script is written for a snapshot that is stored raw");
    }
    return new Copy(
        files.pages(),
        piece.offset(),
        piece.stored(),
        piece.runs().stream()
            .map(run ->
                new ProcessMemory.Piece((long) run.first() * PAGE, (long) run.count() * PAGE))
            .toList());
  }

  /// The snapshot's own files instead of the links to them; the disk's top is of each life.
  private static String byHand(String word, Path snapshot, Path life, Path disk)
      throws IOException {
    String text =
        word.replace(life.resolve("base.pages").toString(), snapshot + "/base.pages")
            .replace(life.resolve("config").toString(), snapshot + "/config")
            .replace(life.toString(), LIFE);
    if (!text.contains(disk.toString())) {
      return text;
    }
    try (var files = Files.list(disk)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        boolean frozen = Files.exists(snapshot.resolve(name));
        text =
            text.replace(
                file.toString(), frozen ? snapshot.resolve(name).toString() : LIFE + "/top.qcow2");
      }
    }
    return text;
  }

  /// The command for a life in this directory.
  List<String> in(Path life) {
    return command.stream().map(word -> word.replace(LIFE, life.toString())).toList();
  }

  /// For people.
  String text() {
    long bytes = copies.stream().mapToLong(Copy::length).sum();
    return String.format(
        Locale.ROOT, "%d MiB of RAM, %d KiB beyond its base", memoryBytes >> 20, bytes >> 10);
  }
}
