package torpor.runtime.wasm.guest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.InterpreterMachine;
import run.endive.wasm.WasmModule;

/// The modules of this node: instrumented bytes on disk by digest, compiled code of those used last
/// in memory.
///
/// ```
///   <modules>/<sha-256>.wasm        instrumented; what definitions and snapshots refer to
///   <cache>/endive-1.0.0/…          compiled; may be deleted
/// ```
///
/// Thread-safe.
public final class ModuleLibrary {
  /// How the engine runs modules. Snapshots go from one to the other.
  public enum Engine {
    COMPILER,
    INTERPRETER
  }

  /// The engine, to which compiled code is bound; snapshots are not.
  public static final String ENGINE_VERSION = "endive-1.0.0";

  /// Compiled modules kept in memory that no guest uses; more are compiled again from the cache.
  private static final int MOST_RESIDENT = 64;

  private static final String DIGEST_PREFIX = "sha256:";
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  private final Path modules;
  private final BytecodeCache cache;
  private final Instrumentation instrumentation;
  private final Engine engine;
  private final PreparedModules prepared = new PreparedModules(MOST_RESIDENT);

  /// @param modules this library's alone
  /// @param cache may be shared
  public ModuleLibrary(Path modules, Path cache, Instrumentation instrumentation, Engine engine) {
    this.modules = modules;
    this.cache = new BytecodeCache(cache.resolve(ENGINE_VERSION));
    this.instrumentation = instrumentation;
    this.engine = engine;
    HalfWritten.remove(modules);
  }

  public static boolean isDigest(String reference) {
    return DIGEST.matcher(reference).matches();
  }

  /// Checks a module's length before anybody reads it.
  public static void requireLoadable(long bytes) throws ModuleRefusedException {
    ModuleRules.requireLoadable(bytes);
  }

  /// Checks a module against the rules and a memory limit, instruments it if need be, and keeps it.
  ///
  /// @return its digest, as in {@link PreparedModule#digest}
  public String add(byte[] bytes, long memoryLimitBytes)
      throws ModuleRefusedException, IOException {
    WasmModule module = ModuleRules.parse(bytes);
    Set<String> imports = HostImports.names();
    ModuleRules.check(module, imports);
    ModuleRules.requireFits(module, memoryLimitBytes);
    byte[] instrumented = bytes;
    if (!ModuleRules.instrumented(module)) {
      instrumented = instrumentation.instrument(bytes);
      ModuleRules.check(ModuleRules.parse(instrumented), imports);
    }
    String digest = digest(instrumented);
    store(digest, instrumented);
    return digest;
  }

  /// Checks that a module added earlier fits a memory limit.
  public void check(String digest, long memoryLimitBytes)
      throws ModuleRefusedException, IOException {
    ModuleRules.requireFits(ModuleRules.parse(read(digest)), memoryLimitBytes);
  }

  /// Loads a module that was added before; compiles it unless that was done already.
  public PreparedModule prepare(String digest) throws ModuleRefusedException, IOException {
    Optional<PreparedModule> known = prepared.get(digest);
    if (known.isPresent()) {
      return known.orElseThrow();
    }
    byte[] bytes = read(digest);
    if (!digest(bytes).equals(digest)) {
      throw new ModuleRefusedException(
          "the stored module %s does not match its digest".formatted(digest),
          "Add the definition again from the original module.");
    }
    return prepared.keep(compile(digest, ModuleRules.parse(bytes)));
  }

  private byte[] read(String digest) throws ModuleRefusedException, IOException {
    try {
      return Files.readAllBytes(file(digest));
    } catch (NoSuchFileException e) {
      throw new ModuleRefusedException(
          "there is no module " + digest, "Add the definition again with the module's path.", e);
    }
  }

  private PreparedModule compile(String digest, WasmModule module) {
    return new PreparedModule(
        digest,
        module,
        switch (engine) {
          case INTERPRETER -> InterpreterMachine::new;
          case COMPILER ->
              MachineFactoryCompiler.builder(module)
                  .withInterpreterFallback(InterpreterFallback.SILENT)
                  .withCache(cache)
                  .compile();
        });
  }

  private void store(String digest, byte[] bytes) throws IOException {
    Path target = file(digest);
    if (Files.exists(target)) {
      return;
    }
    Files.createDirectories(modules);
    Path temporary = Files.createTempFile(modules, "adding", HalfWritten.SUFFIX);
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer content = ByteBuffer.wrap(bytes);
        while (content.hasRemaining()) {
          channel.write(content);
        }
        channel.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    try (FileChannel directory = FileChannel.open(modules, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private Path file(String digest) {
    if (!isDigest(digest)) {
      throw new IllegalArgumentException("not a module digest: " + digest);
    }
    return modules.resolve(digest.substring(DIGEST_PREFIX.length()) + ".wasm");
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return DIGEST_PREFIX + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
