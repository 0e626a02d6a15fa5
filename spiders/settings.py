"""How every spider behaves on somebody else's server. One source may differ only by its own settings.

Polite: robots.txt, one request at a time per host, a delay that grows with the server's trouble, Retry-After,
an honest name. Quiet and without traces: no consoles, no cookies, no cache, no files. On its guard: nothing
private is asked for, no answer and no run grows without end, see `listening.collect.guard`.
"""

from importlib.metadata import version

BOT_NAME = "listening"
USER_AGENT = f"listening/{version('listening')} (social listening; reads public pages, obeys robots.txt)"

ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "listening"

CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.0  # the delay is a promise: at least
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
AUTOTHROTTLE_MAX_DELAY = 60.0

DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 32_000_000
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True
REDIRECT_MAX_TIMES = 5
RUN_MAX_MEGABYTES = 200.0
RUN_MAX_MINUTES = 60.0
RUN_MAX_MEMORY_MEGABYTES = 1024
RUN_GRACE = 60.0
TWISTED_DNS_RESOLVER = "listening.collect.guard.resolver.GuardedResolver"
REFERRER_POLICY = "same-origin"

RETRY_TIMES = 2
RETRY_HTTP_CODES = [408, 429, 500, 502, 503, 504, 522, 524]
RETRY_AFTER_MAX = 120.0
# The whole chain stands here instead of changes to Scrapy's own: what is only switched off is imported all
# the same, and a crawl takes longer to start.
DOWNLOADER_MIDDLEWARES_BASE = {
    "listening.collect.guard.refusal.Why": 50,
    "listening.collect.guard.robots.Robots": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "listening.collect.spider.patience.PatientRetry": 550,
    "listening.collect.guard.unpacking.Unpacking": 590,
    "listening.collect.guard.redirects.Redirects": 600,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    "listening.collect.guard.door.Door": 800,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
}
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
    "listening.collect.guard.budget.Budget": 0,
    "listening.collect.guard.quiet.Quiet": 0,
}
# The spiders judge every answer themselves, and ask for a page once: a filtered request would end in silence.
HTTPERROR_ALLOW_ALL = True
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
DEFAULT_REQUEST_HEADERS = {"Accept": "*/*", "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}

COOKIES_ENABLED = False
HTTPCACHE_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
DOWNLOAD_HANDLERS_BASE = {
    "http": "listening.collect.guard.handler.BoundedHandler",
    "https": "listening.collect.guard.handler.BoundedHandler",
}

TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
LOG_LEVEL = "WARNING"
LOG_VERSIONS: list[str] = []
STATS_DUMP = False
