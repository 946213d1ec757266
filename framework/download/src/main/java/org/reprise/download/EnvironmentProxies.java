package org.reprise.download;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Proxies as other programs find them: {@code https_proxy}, {@code http_proxy}, {@code all_proxy}
 * and {@code no_proxy}, in lower or upper case; Java's own system properties come first.
 */
final class EnvironmentProxies extends ProxySelector {
  private static final List<String> VARIABLES = List.of("https_proxy", "http_proxy", "all_proxy");

  private final Map<String, String> environment;
  private final ProxySelector system;

  EnvironmentProxies(Map<String, String> environment, ProxySelector system) {
    this.environment = environment;
    this.system = system;
  }

  private String variable(String name) {
    String lower = environment.getOrDefault(name, "");
    return lower.isBlank()
        ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "").strip()
        : lower.strip();
  }

  @Override
  public List<Proxy> select(URI uri) {
    List<Proxy> chosen = system == null ? List.of(Proxy.NO_PROXY) : system.select(uri);
    if (chosen.stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT)) {
      return chosen;
    }
    Optional<URI> proxy = address(uri.getScheme() + "_proxy").or(() -> address("all_proxy"));
    if (proxy.isEmpty() || isExempt(uri.getHost())) {
      return List.of(Proxy.NO_PROXY);
    }
    return List.of(
        new Proxy(
            Proxy.Type.HTTP,
            InetSocketAddress.createUnresolved(proxy.get().getHost(), port(proxy.get()))));
  }

  private static int port(URI proxy) {
    return proxy.getPort() < 0 ? 80 : proxy.getPort();
  }

  // the message leaves the value out: it may hold a password
  private Optional<URI> address(String name) {
    String text = variable(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI proxy = new URI(text.contains("://") ? text : "http://" + text);
      if (proxy.getHost() != null) {
        return Optional.of(proxy);
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "the variable "
            + name
            + " is not a URL such as http://host:8080 or http://user:password@host:8080"
            + " (other characters of a password than letters and digits as %40 and so on)");
  }

  /** Returns what answers proxies that want the user and password of their URL; Basic only. */
  Authenticator passwords() {
    return new Authenticator() {
      @Override
      protected PasswordAuthentication getPasswordAuthentication() {
        return getRequestorType() == RequestorType.PROXY
            ? VARIABLES.stream()
                .flatMap(name -> address(name).stream())
                .filter(proxy -> proxy.getHost().equals(getRequestingHost()))
                .filter(proxy -> port(proxy) == getRequestingPort())
                .flatMap(proxy -> Optional.ofNullable(proxy.getUserInfo()).stream())
                .findFirst()
                .map(EnvironmentProxies::password)
                .orElse(null)
            : null;
      }
    };
  }

  private static PasswordAuthentication password(String userInfo) {
    int colon = userInfo.indexOf(':');
    return colon < 0
        ? new PasswordAuthentication(userInfo, new char[0])
        : new PasswordAuthentication(
            userInfo.substring(0, colon), userInfo.substring(colon + 1).toCharArray());
  }

  private boolean isExempt(String host) {
    for (String entry : variable("no_proxy").split(",")) {
      String name = entry.strip().toLowerCase(Locale.ROOT);
      String suffix = name.startsWith("*") ? name.substring(1) : name;
      suffix = suffix.startsWith(".") ? suffix.substring(1) : suffix;
      String lower = host.toLowerCase(Locale.ROOT);
      if (name.equals("*")
          || (!suffix.isEmpty() && (lower.equals(suffix) || lower.endsWith("." + suffix)))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException e) {
    // the request fails with the same exception
  }
}
