package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.runtime.qemu.boot.TemplateKey;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.vmm.MachineName;

/// The templates of this host, one directory each, complete or not there. Thread-safe.
public final class Templates {
  private static final Logger log = LoggerFactory.getLogger(Templates.class);
  private static final String UNFINISHED = "new-";
  private static final String MAKER = "template";

  private final Path directory;
  private final String owner;
  private final Assembly assembly;
  private final Executor background;
  private final Set<TemplateKey> underWay = ConcurrentHashMap.newKeySet();

  /// @param directory on the file system of the instances
  /// @param background makes one at a time
  public Templates(Path directory, String owner, Assembly assembly, Executor background) {
    this.directory = directory;
    this.owner = owner;
    this.assembly = assembly;
    this.background = background;
  }

  /// Clears what an earlier daemon left half made; its processes are ended already.
  public void clearUnfinished() throws IOException {
    Files.createDirectories(directory);
    try (var left = Files.newDirectoryStream(directory, UNFINISHED + "*")) {
      for (Path unfinished : left) {
        Directories.delete(unfinished);
      }
    }
  }

  /// The template for such machines, where there is one.
  public Optional<Path> find(TemplateKey key) {
    Path template = directory.resolve(key.name());
    return Files.exists(template.resolve(Manifest.FILE)) ? Optional.of(template) : Optional.empty();
  }

  /// Removes one that has proved to be no good.
  public void discard(Path template) {
    try {
      Directories.delete(template);
    } catch (IOException failed) {
      log.warn("the template {} cannot be removed", template, failed);
    }
  }

  /// Makes it soon, unless it is there.
  public void wish(TemplateKey key, Blueprint blueprint) {
    if (find(key).isPresent() || !underWay.add(key)) {
      return;
    }
    try {
      background.execute(() -> {
        try {
          make(key, blueprint);
        } catch (IOException failed) {
          log.warn("a template could not be made; machines go on being booted", failed);
        } catch (InterruptedException closing) {
          Thread.currentThread().interrupt();
        } finally {
          underWay.remove(key);
        }
      });
    } catch (RejectedExecutionException closing) {
      underWay.remove(key);
    }
  }

  /// Whether it is a machine that becomes a template.
  public static boolean isMaker(MachineName name) {
    return name.machine().startsWith(MAKER);
  }

  private MachineName maker() {
    return new MachineName(owner, MAKER + UUID.randomUUID().toString().replace("-", ""), 0);
  }

  /// Makes it now.
  public void make(TemplateKey key, Blueprint blueprint) throws IOException, InterruptedException {
    if (find(key).isPresent()) {
      return;
    }
    MachineName name = maker();
    Path work = directory.resolve(UNFINISHED + key.name().substring(0, 8));
    Directories.makeEmpty(work);
    try {
      Path result = Files.createDirectory(work.resolve("result"));
      Place place = new Place(name, work, work.resolve("console"));
      Files.createDirectories(place.directory());
      assembly.makeTemplate(place, blueprint, key.disks().isPresent(), result);
      Files.move(result, directory.resolve(key.name()), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Directories.delete(work);
    }
  }
}
