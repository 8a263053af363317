package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.host.file.FileTrees;
import torpor.runtime.qemu.boot.TemplateKey;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.snapshot.SnapshotUses;
import torpor.runtime.qemu.vmm.MachineName;

/// The templates of this host, one directory each, complete or not there. Thread-safe.
public final class Templates {
  private static final Logger log = LoggerFactory.getLogger(Templates.class);
  private static final String UNFINISHED = "new-";
  private static final String MAKER = "template";

  private final Path directory;
  private final String owner;
  private final Assembly assembly;
  private final SnapshotUses uses;
  private final Executor background;
  private final InstantSource clock = InstantSource.system();
  private final Set<TemplateKey> underWay = ConcurrentHashMap.newKeySet();

  /// @param directory on the file system of the instances
  /// @param background makes one at a time
  public Templates(
      Path directory, String owner, Assembly assembly, SnapshotUses uses, Executor background) {
    this.directory = directory;
    this.owner = owner;
    this.assembly = assembly;
    this.uses = uses;
    this.background = background;
  }

  /// Clears what an earlier daemon left half made, its processes being ended already, and what is
  /// of no use any more.
  public void clearUnfinished() throws IOException {
    Files.createDirectories(directory);
    try (var left = Files.newDirectoryStream(directory, UNFINISHED + "*")) {
      for (Path unfinished : left) {
        FileTrees.delete(unfinished);
      }
    }
    prune();
  }

  /// The template for such machines, where there is one. It counts as used now.
  public Optional<Path> find(TemplateKey key) {
    Path template = directory.resolve(key.name());
    if (!Files.exists(template.resolve(Manifest.FILE))) {
      return Optional.empty();
    }
    try {
      Files.setLastModifiedTime(template, FileTime.from(clock.instant()));
    } catch (IOException beingRemoved) {
      log.debug("{} cannot be marked as used", template, beingRemoved);
    }
    return Optional.of(template);
  }

  /// Removes what no machine will be made of any more: templates of another QEMU or kernel, those
  /// that were not used for long, and the ones used least recently of too many. What machines and
  /// snapshots have of them they keep.
  public void prune() {
    List<TemplatePruning.Kept> kept = new ArrayList<>();
    try (var all = Files.newDirectoryStream(directory)) {
      for (Path template : all) {
        if (!template.getFileName().toString().startsWith(UNFINISHED)) {
          kept.add(
              new TemplatePruning.Kept(
                  template, fits(template), Files.getLastModifiedTime(template).toInstant()));
        }
      }
    } catch (IOException failed) {
      log.warn("the templates in {} cannot be looked at; all are kept", directory, failed);
      return;
    }
    for (Path superfluous : TemplatePruning.superfluous(kept, clock.instant())) {
      uses.ifUnread(superfluous, () -> discard(superfluous));
    }
  }

  private boolean fits(Path template) {
    try {
      return assembly.fits(SnapshotDirectory.manifest(template));
    } catch (IOException damaged) {
      return false;
    }
  }

  /// Removes one that has proved to be no good.
  public void discard(Path template) {
    try {
      FileTrees.delete(template);
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
    FileTrees.makeEmpty(work);
    try {
      Path result = Files.createDirectory(work.resolve("result"));
      Place place = new Place(name, work, work.resolve("console"));
      Files.createDirectories(place.directory());
      assembly.makeTemplate(place, blueprint, key.disks().isPresent(), result);
      Files.move(result, directory.resolve(key.name()), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      FileTrees.delete(work);
    }
    prune();
  }
}
