import "iteras/global";
