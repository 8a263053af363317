package torpor.api;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.api.access.ApiKeys;
import torpor.api.access.CallerAccess;
import torpor.api.console.ConsoleWatch;
import torpor.api.http.ErrorPages;
import torpor.api.http.Problems;
import torpor.api.http.RefusedException;
import torpor.api.http.Route;
import torpor.api.http.SocketRoute;
import torpor.api.http.Waits;
import torpor.api.node.HttpMetrics;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.engine.serial.LentThread;
import torpor.engine.store.StoreFailure;

/// The HTTP server. Start it once, close it once.
public final class ApiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
  private static final String STARTED = "torpor.started";
  private static final int SESSION_SECONDS = 60;
  private static final Refusal FAULT =
      Refusal.of(
          RefusalCode.INTERNAL,
          "The daemon could not do this, by a fault of its own",
          "Look into the daemon's log, and report what it says.");

  private final ApiSettings settings;
  private final Waits waits;
  private final ConsoleWatch watch;
  private final HttpMetrics metrics = new HttpMetrics();
  private final CallerAccess callers;
  private final List<Route> routes;
  private final List<SocketRoute> sockets;
  private final Javalin javalin;

  public ApiServer(ApiPorts ports, ApiSettings settings, Clock clock) {
    this.settings = settings;
    this.waits = new Waits(settings.limits().answerWithin());
    this.watch = new ConsoleWatch();
    ApiKeys keys = new ApiKeys(ports.keys(), clock);
    this.callers = new CallerAccess(keys, waits, settings.keysRequired());
    this.routes = Routes.all(ports, settings.limits(), clock, keys, watch, metrics, waits);
    this.sockets =
        ports
            .machines()
            .map(machines -> MachineRoutes.sockets(machines, settings.limits(), waits))
            .orElse(List.of());
    this.javalin = Javalin.create(this::configure);
  }

  /// Listens.
  ///
  /// @return the TCP port
  /// @throws RuntimeException where an address cannot be used
  public int start() {
    try {
      settings.unixSocket().ifPresent(Listeners::removeStale);
      settings.guestSocket().ifPresent(Listeners::removeStale);
      javalin.start();
      settings.unixSocket().ifPresent(Listeners::protect);
      settings.guestSocket().ifPresent(Listeners::protect);
      return javalin.port();
    } catch (RuntimeException failure) {
      close();
      throw failure;
    }
  }

  /// Lets requests in progress end, for a while; waits and streams end at once.
  @Override
  public void close() {
    waits.stop();
    javalin.stop();
    try {
      watch.close();
    } catch (IOException failure) {
      throw new UncheckedIOException("Cannot end the watch on consoles", failure);
    }
  }

  /// Everything this server answers, for comparing it with its description.
  List<Route> routes() {
    return routes;
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.concurrency.useVirtualThreads = true;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.http.prefer405over404 = true;
    config.http.asyncTimeout = 0;
    config.router.treatMultipleSlashesAsSingleSlash = false;
    config.jsonMapper(new WireMapper());
    config.router.javaLangErrorHandler(ApiServer::failBadly);
    config.jetty.modifyServer(this::configure);
    config.jetty.modifyServletContextHandler(ApiServer::configure);
    config.jetty.addConnector((server, _) -> Listeners.tcp(server, settings));
    settings
        .unixSocket()
        .ifPresent(socket ->
            config.jetty.addConnector((server, _) -> Listeners.unix(server, settings, socket)));
    settings
        .guestSocket()
        .ifPresent(socket ->
            config.jetty.addConnector((server, _) -> Listeners.guests(server, settings, socket)));
    routes.forEach(
        route -> config.routes.addHttpHandler(route.method(), route.path(), guarded(route)));
    for (SocketRoute socket : sockets) {
      config.routes.wsBeforeUpgrade(socket.path(), context -> admit(context, socket));
      config.routes.ws(socket.path(), socket.conversation());
    }
    config.routes.before(ApiServer::begin);
    config.routes.after(this::count);
    config.routes.exception(RefusedException.class, (e, context) -> refuse(context, e.refusal()));
    config.routes.exception(StoreFailure.class, (e, context) -> refuse(context, e.refusal()));
    config.routes.exception(HttpResponseException.class, ApiServer::refuseByHttp);
    config.routes.exception(IOException.class, ApiServer::broken);
    config.routes.exception(Exception.class, ApiServer::fail);
  }

  private static void configure(ServletContextHandler handler) {
    handler.getServletHandler().setDecodeAmbiguousURIs(true);
    // Nobody asks for a session but the upgrade to a WebSocket, which forgets it again.
    handler.getSessionHandler().setUsingCookies(false);
    handler.getSessionHandler().setMaxInactiveInterval(SESSION_SECONDS);
  }

  private void configure(Server server) {
    server.setStopTimeout(settings.limits().stopWithin().toMillis());
    server.setErrorHandler(new ErrorPages());
    server.addBean(new NetworkConnectionLimit(settings.limits().connections(), server));
  }

  /// A handler does nothing but ask and wait, so its thread is the engine's meanwhile.
  private Handler guarded(Route route) {
    return switch (route.access()) {
      case CALLER ->
          context ->
              LentThread.lend(() -> {
                callers.check(context);
                route.handler().handle(context);
              });
      // A guest route checks for itself, since what it checks tells which job calls.
      case GUEST -> context -> LentThread.lend(() -> route.handler().handle(context));
      case OPEN ->
          context -> {
            callers.checkNoGuest(context);
            LentThread.lend(() -> route.handler().handle(context));
          };
    };
  }

  private void admit(Context context, SocketRoute socket) throws Exception {
    try {
      callers.check(context);
      socket.admit().handle(context);
    } catch (RefusedException refused) {
      // What an upgrade is refused with is not written by anybody else.
      Problems.answer(context.res(), refused.refusal());
      context.res().flushBuffer();
      throw refused;
    }
  }

  private static void begin(Context context) {
    context.attribute(STARTED, System.nanoTime());
    context.header("Cache-Control", "no-store").header("X-Content-Type-Options", "nosniff");
  }

  private void count(Context context) {
    Long started = context.attribute(STARTED);
    if (started != null) {
      Duration took = Duration.ofNanos(System.nanoTime() - started);
      metrics.answered(context.method().name(), route(context), context.statusCode(), took);
    }
  }

  private static String route(Context context) {
    return context.endpoints().lastHttpEndpoint() == null
        ? "none"
        : context.endpoints().lastHttpEndpoint().path;
  }

  private static void refuse(Context context, Refusal refusal) {
    Problems.answer(context, refusal);
  }

  private static void refuseByHttp(HttpResponseException refused, Context context) {
    if (refused instanceof MethodNotAllowedResponse) {
      context.header("Allow", refused.getDetails().getOrDefault("availableMethods", ""));
    }
    Problems.answer(
        context, Problems.ofStatus(refused.getStatus(), context.method().name(), context.path()));
  }

  /// In the middle of a stream it is the client that has gone; before, it is our own disk.
  private static void broken(IOException failure, Context context) {
    if (context.res().isCommitted()) {
      LOG.debug("client of {} {} is gone", context.method(), route(context));
    } else {
      fail(failure, context);
    }
  }

  private static void fail(Exception failure, Context context) {
    LOG.error("{} {} failed", context.method(), route(context), failure);
    refuse(context, FAULT);
  }

  /// Errors do not come by the routes' own handlers, and would be answered without a word.
  private static void failBadly(HttpServletResponse response, Error error) {
    LOG.error("a request failed", error);
    try {
      Problems.answer(response, FAULT);
    } catch (IOException gone) {
      LOG.debug("nobody is there to be told", gone);
    }
  }
}
