package torpor.network.lab;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A network namespace. A socket made in it belongs to it for ever, whichever thread uses it.
public record Space(String name) {

  public static Space make(String name) {
    Shell.run("ip netns add " + name + "\nip -n " + name + " link set lo up");
    return new Space(name);
  }

  public <T> T in(Callable<T> work) throws Exception {
    CompletableFuture<T> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            LinuxKernel.enter(name);
            done.complete(work.call());
          } catch (Exception | Error e) {
            done.completeExceptionally(e);
          }
        });
    return done.get(30, TimeUnit.SECONDS);
  }

  public void remove() {
    Shell.run("ip netns del " + name);
  }
}
