"use strict";
// Where the phone is, by the platform's script where there is one, else by the browser. Says which datum, how exact, and
// whether the phone itself calls it made up; judges nothing. Resolves to null when nobody tells.
window.ptwPlace = (sdk, signed) => {
  const text = number => (number === undefined || number === null || number === "" ? null : String(number));
  const fix = (datum, found, mocked) => {
    const latitude = text(found.latitude), longitude = text(found.longitude);
    if (latitude === null || longitude === null) return null;
    return { latitude, longitude, datum, accuracy: text(found.accuracy), mocked: Boolean(mocked) };
  };
  const soon = promise => Promise.race([promise, new Promise(resolve => setTimeout(() => resolve(null), 12000))]);

  const browser = () => new Promise(resolve => {
    if (!navigator.geolocation) { resolve(null); return; }
    navigator.geolocation.getCurrentPosition(
      found => resolve(fix("wgs84", found.coords, false)), () => resolve(null),
      { enableHighAccuracy: true, maximumAge: 0, timeout: 10000 });
  });
  const wecom = async () => {
    const given = await signed();
    if (!given || typeof wx === "undefined") return null;
    return new Promise(resolve => {
      wx.error(() => resolve(null));
      wx.ready(() => wx.getLocation({ type: "wgs84", success: found => resolve(fix("wgs84", found, false)), fail: () => resolve(null) }));
      wx.config({ beta: true, debug: false, appId: given.corp, timestamp: given.timestamp, nonceStr: given.nonce,
        signature: given.signature, jsApiList: ["getLocation"] });
    });
  };
  const dingtalk = async () => {
    const given = await signed();
    if (!given || typeof dd === "undefined") return null;
    return new Promise(resolve => {
      dd.error(() => resolve(null));
      dd.config({ agentId: given.agent, corpId: given.corp, timeStamp: given.timestamp, nonceStr: given.nonce,
        signature: given.signature, type: 0, jsApiList: ["device.geolocation.get"] });
      // A cached position may be two minutes old; 1 asks for the datum of Chinese maps, which is what it then is.
      dd.ready(() => dd.device.geolocation.get({ targetAccuracy: 50, coordinate: 1, withReGeocode: false, useCache: false,
        onSuccess: found => resolve(fix("gcj02", found, found.isFromMock)), onFail: () => resolve(null) }));
    });
  };
  const own = { wecom, dingtalk }[sdk];
  return async () => (own && await soon(own().catch(() => null))) || soon(browser());
};
