//! Sockets at the address that a gate listens at, of the network or in the file system.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};

use crate::settings::address::Address;

/// An open socket.
pub(super) enum Listener {
    Network(TcpListener),
    #[cfg(unix)]
    Unix(unix::Socket),
}

/// A client's connection, of either kind.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A connection that no runtime drives yet.
pub(super) enum Accepted {
    Network(std::net::TcpStream),
    #[cfg(unix)]
    Unix(std::os::unix::net::UnixStream),
}

impl Accepted {
    /// The connection, driven by the runtime of whoever calls this.
    pub(super) fn driven(self) -> io::Result<Box<dyn Stream>> {
        Ok(match self {
            Self::Network(stream) => Box::new(TcpStream::from_std(stream)?),
            #[cfg(unix)]
            Self::Unix(stream) => Box::new(tokio::net::UnixStream::from_std(stream)?),
        })
    }
}

impl Listener {
    pub(super) async fn open(address: &Address) -> io::Result<Self> {
        match address {
            Address::Network(address) => Ok(Self::Network(TcpListener::bind(address).await?)),
            #[cfg(unix)]
            Address::Unix(path) => Ok(Self::Unix(unix::Socket::open(path)?)),
            #[cfg(not(unix))]
            Address::Unix(_) => Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "this system has no sockets in its file system",
            )),
        }
    }

    /// The next connection and its peer. One that comes through the file system is a program of this machine, as one of
    /// 127.0.0.1 is.
    pub(super) async fn accept(&self) -> io::Result<(Accepted, SocketAddr)> {
        match self {
            Self::Network(listener) => {
                let (stream, peer) = listener.accept().await?;
                Ok((Accepted::Network(stream.into_std()?), peer))
            }
            #[cfg(unix)]
            Self::Unix(socket) => {
                let stream = socket.accept().await?;
                let peer = (IpAddr::V4(Ipv4Addr::LOCALHOST), 0).into();
                Ok((Accepted::Unix(stream.into_std()?), peer))
            }
        }
    }

    pub(super) fn address(&self) -> io::Result<Address> {
        match self {
            Self::Network(listener) => listener.local_addr().map(Address::Network),
            #[cfg(unix)]
            Self::Unix(socket) => Ok(Address::Unix(socket.path().to_owned())),
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::fs::{self, Permissions};
    use std::io;
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};
    use std::os::unix::net::UnixStream as Blocking;
    use std::path::{Path, PathBuf};

    use tokio::net::{UnixListener, UnixStream};

    /// A socket in the file system, gone with its program.
    pub(in super::super) struct Socket {
        listener: UnixListener,
        path: PathBuf,
    }

    impl Socket {
        /// Opens the socket, in the place of one that a program left behind which is no more. Everybody may connect who
        /// may enter the folder, as everybody on the machine may connect to a port.
        pub(super) fn open(path: &Path) -> io::Result<Self> {
            if is_left_behind(path) {
                fs::remove_file(path)?;
            }
            let socket = Self {
                listener: UnixListener::bind(path)?,
                path: path.to_owned(),
            };
            fs::set_permissions(path, Permissions::from_mode(0o666))?;
            Ok(socket)
        }

        pub(super) async fn accept(&self) -> io::Result<UnixStream> {
            self.listener.accept().await.map(|(stream, _)| stream)
        }

        pub(super) fn path(&self) -> &Path {
            &self.path
        }
    }

    impl Drop for Socket {
        fn drop(&mut self) {
            // Who deleted it before has saved us the work.
            let _ = fs::remove_file(&self.path);
        }
    }

    /// Only sockets at which nobody listens: any other file is somebody's.
    fn is_left_behind(path: &Path) -> bool {
        let is_socket = fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket());
        let refuses = |error: io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
        is_socket && Blocking::connect(path).err().is_some_and(refuses)
    }
}
