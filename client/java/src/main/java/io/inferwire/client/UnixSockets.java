package io.inferwire.client;

import static io.inferwire.client.InferwireException.invalidOption;

import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;

/** What Netty needs to be told for a target that is a socket of this machine. */
final class UnixSockets {
  private UnixSockets() {}

  /** Made with the first such channel; all of them share it, and it holds up no end of the program. */
  private static final class Loops {
    static final EventLoopGroup SHARED =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("inferwire-unix", /* daemon= */ true), EpollIoHandler.newFactory());
  }

  static void use(NettyChannelBuilder builder) {
    if (!Epoll.isAvailable()) {
      throw invalidOption("target: unix sockets need Linux");
    }
    builder
        .channelType(EpollDomainSocketChannel.class, DomainSocketAddress.class)
        .eventLoopGroup(Loops.SHARED);
  }
}
